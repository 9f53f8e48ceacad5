# Stops several services in the given order before patching, or starts in reverse order those that it has stopped.
# A service that did not run before is not started. A reboot in between does no harm.
# Facts: stoppedServices or startedServices (separated by commas).
# Exit codes: 0 done; 1 at least one service could not be stopped or started; 2 a parameter is wrong;
# 4 there is no such service, and nothing was stopped.
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
$names = @(([string] $env:PATCHBAY_SERVICES).Split(';') | ForEach-Object { $_.Trim() } | Where-Object { $_ -ne '' })
# A line for each service that was stopped, the last one first, until it is started again.
$list = [string] $env:PATCHBAY_LIST_FILE
if ($list -eq '') { $list = Join-Path $env:ProgramData 'Patchbay\stopped-services.txt' }
if (@('list', 'stop', 'start') -notcontains $action) {
    Stop-Script 2 "PATCHBAY_ACTION must be list, stop or start, not '$action'"
}
if (-not [System.IO.Path]::IsPathRooted($list)) { Stop-Script 2 'PATCHBAY_LIST_FILE must be an absolute path' }
if ($action -ne 'start' -and $names.Count -eq 0) { Stop-Script 2 'PATCHBAY_SERVICES is missing' }

$services = @{}
Get-Service | ForEach-Object { $services[$_.Name] = $_ }

function Read-List {
    if (Test-Path -LiteralPath $list) { Get-Content -LiteralPath $list | Where-Object { $_ -ne '' } }
}
function Write-List([string[]] $Lines) {
    [void] (New-Item -ItemType Directory -Force -Path (Split-Path -Parent $list))
    Set-Content -LiteralPath $list -Value $Lines -Encoding UTF8
}

$done = @()
$code = 0
if ($action -ne 'start') {
    foreach ($name in $names) {
        if (-not $services.ContainsKey($name)) { Stop-Script 4 "there is no service '$name'" }
    }
}
$limit = [TimeSpan]::FromSeconds(60)
switch ($action) {
    'list' {
        foreach ($name in $names) { Write-Output "$name is $($services[$name].Status)" }
    }
    'stop' {
        foreach ($name in $names) {
            if ($services[$name].Status -eq 'Stopped') {
                Write-Output "$name does not run."
                continue
            }
            # Written down first: an interruption must not lose it.
            Write-List (@($name) + @(Read-List | Where-Object { $_ -ne $name }))
            try {
                Stop-Service -InputObject $services[$name] -Force
                $services[$name].WaitForStatus('Stopped', $limit)
                $done += $name
            }
            catch {
                [Console]::Error.WriteLine("could not stop ${name}: $($_.Exception.Message)")
                $code = 1
                break
            }
        }
        Publish-Fact 'stoppedServices' ($done -join ',')
        Write-Output "Stopped: $($done -join ', ')"
    }
    'start' {
        $left = @()
        foreach ($name in @(Read-List)) {
            try {
                if (-not $services.ContainsKey($name)) { throw 'there is no such service any more' }
                Start-Service -InputObject $services[$name]
                $services[$name].WaitForStatus('Running', $limit)
                $done += $name
            }
            catch {
                [Console]::Error.WriteLine("could not start ${name}: $($_.Exception.Message)")
                $left += $name
                $code = 1
            }
        }
        if ($left.Count -gt 0) { Write-List $left }
        elseif (Test-Path -LiteralPath $list) { Remove-Item -LiteralPath $list }
        Publish-Fact 'startedServices' ($done -join ',')
        Write-Output "Started: $($done -join ', ')"
    }
}
exit $code
