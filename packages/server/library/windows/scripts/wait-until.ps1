# Runs a line of PowerShell again and again until it answers with something true and without an error, or the time is
# up.
# Facts: conditionHeld (true or false), waitedSeconds.
# Exit codes: 0 the condition holds, 1 the time is up, 2 a parameter is wrong.
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

function Read-Number([string] $Variable, [int] $Default, [int] $Least) {
    $text = [Environment]::GetEnvironmentVariable($Variable)
    if ([string]::IsNullOrEmpty($text)) { return $Default }
    $number = 0
    if (-not [int]::TryParse($text, [ref] $number) -or $number -lt $Least) {
        Stop-Script 2 "$Variable must be a number from $Least on, not '$text'"
    }
    return $number
}

$condition = [string] $env:PATCHBAY_COMMAND
$interval = Read-Number 'PATCHBAY_INTERVAL_SECONDS' 5 1
$limit = Read-Number 'PATCHBAY_LIMIT_SECONDS' 600 0
if ($condition -eq '') { Stop-Script 2 'PATCHBAY_COMMAND is missing' }

$watch = [System.Diagnostics.Stopwatch]::StartNew()
while ($true) {
    # In a session of its own: its variables, and an exit in it, must not reach this script.
    $session = [System.Management.Automation.PowerShell]::Create()
    $problem = ''
    $answers = @()
    try {
        $answers = @($session.AddScript($condition).Invoke())
        if ($session.Streams.Error.Count -gt 0) { $problem = "$($session.Streams.Error[0])" }
    }
    catch {
        $problem = $_.Exception.GetBaseException().Message
    }
    finally {
        $session.Dispose()
    }
    $holds = $problem -eq '' -and [bool] $answers
    $waited = [int] $watch.Elapsed.TotalSeconds
    if ($holds -or $waited + $interval -gt $limit) { break }
    Start-Sleep -Seconds $interval
}
Write-Output (($answers | Out-String).TrimEnd())
Publish-Fact 'waitedSeconds' "$waited"
if (-not $holds) {
    Publish-Fact 'conditionHeld' 'false'
    Stop-Script 1 "The condition did not hold within $limit s. $problem"
}
Publish-Fact 'conditionHeld' 'true'
Write-Output "The condition holds after $waited s."
exit 0
