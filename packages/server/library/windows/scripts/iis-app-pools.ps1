# Stops or starts application pools of IIS, or tells their states.
# Facts: runningAppPools (how many of them run afterwards).
# Exit codes: 0 done, 1 at least one could not be changed, 2 a parameter is wrong, 3 IIS is not installed, 4 there is no
# such application pool, and nothing was changed.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

function Publish-Fact([string] $Name, [string] $Value) {
    if ([string]::IsNullOrEmpty($env:PATCHBAY_FACTS)) { return }
    # This method writes UTF-8 without a byte order mark.
    [System.IO.File]::AppendAllText($env:PATCHBAY_FACTS, $Name + '=' + ($Value -replace '[\r\n]+', ' ') + "`n")
}

function Stop-Script([int] $Code, [string] $Message) {
    [Console]::Error.WriteLine($Message)
    exit $Code
}

$action = [string] $env:PATCHBAY_ACTION
$names = @(([string] $env:PATCHBAY_POOLS).Split(';') | ForEach-Object { $_.Trim() } | Where-Object { $_ -ne '' })
if (@('status', 'stop', 'start') -notcontains $action) {
    Stop-Script 2 "PATCHBAY_ACTION must be status, stop or start, not '$action'"
}
if ($null -eq (Get-Module -ListAvailable -Name 'WebAdministration')) { Stop-Script 3 'IIS is not installed' }
Import-Module WebAdministration

$known = @(Get-ChildItem -Path 'IIS:\AppPools' | ForEach-Object { $_.Name })
if ($names.Count -eq 0) { $names = $known }
foreach ($name in $names) {
    if ($known -notcontains $name) { Stop-Script 4 "there is no application pool '$name'" }
}
$code = 0
$running = 0
foreach ($name in $names) {
    $wanted = ''
    $state = 'unknown'
    try {
        $state = (Get-WebAppPoolState -Name $name).Value
        if ($action -eq 'stop' -and $state -ne 'Stopped') {
            $wanted = 'Stopped'
            Stop-WebAppPool -Name $name
        }
        if ($action -eq 'start' -and $state -ne 'Started') {
            $wanted = 'Started'
            Start-WebAppPool -Name $name
        }
        # Requests that are under way may take a while.
        for ($attempt = 0; $wanted -ne '' -and $attempt -lt 60; $attempt += 1) {
            $state = (Get-WebAppPoolState -Name $name).Value
            if ($state -eq $wanted) { break }
            Start-Sleep -Seconds 1
        }
        if ($wanted -ne '' -and $state -ne $wanted) { throw "it is $state" }
    }
    catch {
        [Console]::Error.WriteLine("could not $action ${name}: $($_.Exception.Message)")
        $code = 1
    }
    Write-Output "$name is $state."
    if ($state -eq 'Started') { $running += 1 }
}
Publish-Fact 'runningAppPools' "$running"
exit $code
